import { Field, InterfaceType } from 'type-graphql';

@InterfaceType({
  description:
    '`code` is stable and upper-case (SLOT_TAKEN, FLY_SLOT, ADDRESS_IN_USE, WRONG_PASSWORD, ...); `message` is for people.',
})
export abstract class Failure {
  @Field()
  code: string;

  @Field()
  message: string;
}

/** How a union tells its members apart: an outcome of the domain bears the name of its GraphQL type. */
export function typeOfOutcome(result: object): string | undefined {
  return 'outcome' in result ? String(result.outcome) : undefined;
}
