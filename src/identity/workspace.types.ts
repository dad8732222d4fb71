import { ArgsType, Field, ID, ObjectType } from 'type-graphql';
import { PageArgs, pageTypeOf } from './page.types';
import { IsName, IsText, IsTimezone } from './rules';

@ObjectType('Workspace', {
  description: 'The tenant: its people, slots, prospects and campaigns. Nothing crosses it.',
})
export class WorkspaceType {
  @Field(() => ID)
  id: string;

  @Field()
  name: string;

  @Field({ description: 'Of the IANA database, such as Europe/Berlin. Its days begin and end by it.' })
  timezone: string;

  @Field(() => String, { nullable: true, description: 'What the law wants to see under a commercial email.' })
  postalAddress: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'How to get no more mail, below every campaign email; null for ours, which asks for a reply.',
  })
  optOutLine: string | null;
}

export const WorkspaceConnection = pageTypeOf('Workspace', () => WorkspaceType);

@ArgsType()
export class UpdateWorkspaceArgs {
  @Field(() => String, { nullable: true })
  @IsName()
  name?: string | null;

  @Field(() => String, { nullable: true })
  @IsTimezone()
  timezone?: string | null;

  @Field(() => String, { nullable: true })
  @IsText(1000)
  postalAddress?: string | null;

  @Field(() => String, { nullable: true })
  @IsText(300)
  optOutLine?: string | null;
}

@ArgsType()
export class WorkspacesArgs extends PageArgs {
  @Field(() => String, { nullable: true })
  @IsText(200)
  search?: string | null;
}
