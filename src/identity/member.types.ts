import { ArgsType, createUnionType, Field, ID, ObjectType } from 'type-graphql';
import { EmailAddress } from './emailAddress';
import { Failure, typeOfOutcome } from './failure.types';
import { Role } from './role';

@ObjectType('Member', { description: 'A person of the workspace.' })
export class MemberType {
  @Field(() => ID)
  id: string;

  @Field(() => EmailAddress)
  email: string;

  @Field(() => String, { nullable: true })
  name: string | null;

  @Field(() => Role)
  role: Role;
}

@ObjectType()
export class MemberChanged {
  @Field(() => MemberType, { description: 'As they are now, or were when they left.' })
  member: MemberType;
}

@ObjectType({ implements: Failure, description: 'A workspace needs an owner, and this is its only one.' })
export class LastOwner extends Failure {}

export const MemberResult = createUnionType({
  name: 'MemberResult',
  types: () => [MemberChanged, LastOwner] as const,
  resolveType: typeOfOutcome,
});

@ArgsType()
export class ChangeRoleArgs {
  @Field(() => ID)
  memberId: string;

  @Field(() => Role)
  role: Role;
}
