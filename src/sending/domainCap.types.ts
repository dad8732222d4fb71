import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType('DomainCap', {
  description:
    'How many emails a day may go out over all connections of one sending domain. No cap until one is set.',
})
export class DomainCapType {
  @Field()
  domain: string;

  @Field(() => Int)
  dailyCap: number;
}
