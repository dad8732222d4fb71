import { ArgsType, createUnionType, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { EmailAddress } from './emailAddress';
import { Failure, typeOfOutcome } from './failure.types';
import { Role } from './role';
import { IsName, IsPassword, IsTimezone } from './rules';

registerEnumType(Role, {
  name: 'Role',
  description: 'What a person may do in their workspace.',
  valuesConfig: {
    OWNER: { description: 'Also invites people, and changes the workspace itself.' },
    MEMBER: { description: 'Everything else.' },
  },
});

@ObjectType('Viewer', {
  description:
    'The person who asks. `isOperator`: one of the team that fills fly slots, over all workspaces; beside the role in the own one.',
})
export class ViewerType {
  @Field(() => ID, { name: 'id' })
  personId: string;

  @Field(() => EmailAddress)
  email: string;

  @Field(() => String, { nullable: true })
  name: string | null;

  @Field(() => Role)
  role: Role;

  @Field()
  isOperator: boolean;
}

@ObjectType({ description: '`token` is a bearer token; signing in also sets it as an HttpOnly cookie.' })
export class SignedIn {
  @Field(() => ViewerType)
  viewer: ViewerType;

  @Field({ description: 'Good for 30 days, or until signOut.' })
  token: string;
}

@ObjectType({ implements: Failure })
export class SignInRefused extends Failure {}

export const SignInResult = createUnionType({
  name: 'SignInResult',
  types: () => [SignedIn, SignInRefused] as const,
  resolveType: typeOfOutcome,
});

@InputType()
export class SignUpInput {
  @Field(() => EmailAddress)
  email: string;

  @Field({ description: '10 to 200 characters.' })
  @IsPassword()
  password: string;

  @Field()
  @IsName()
  workspaceName: string;

  @Field(() => String, {
    nullable: true,
    description: 'Of the IANA database, such as Europe/Berlin; UTC without.',
  })
  @IsTimezone()
  timezone?: string | null;
}

@InputType()
export class SignInInput {
  @Field(() => EmailAddress)
  email: string;

  @Field()
  password: string;
}

@ArgsType()
export class ChangePasswordArgs {
  @Field()
  current: string;

  @Field()
  @IsPassword()
  next: string;
}

@ArgsType()
export class InviteArgs {
  @Field(() => EmailAddress)
  email: string;

  @Field(() => Role)
  role: Role;
}

@ArgsType()
export class AcceptInvitationArgs {
  @Field({ description: 'The token of the link, or the whole link.' })
  token: string;

  @Field({ description: '10 to 200 characters.' })
  @IsPassword()
  password: string;

  @Field(() => String, { nullable: true })
  @IsName()
  name?: string | null;
}
