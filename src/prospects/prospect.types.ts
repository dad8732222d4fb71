import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { EmailAddress } from '../identity/emailAddress';
import { PageArgs, pageTypeOf } from '../identity/page.types';

@ObjectType('Attribute', { description: 'Something that is known of a prospect, for use in templates.' })
export class AttributeType {
  @Field()
  name: string;

  @Field()
  value: string;
}

/** What other rooms add to it (`enrolments`) stands there. */
@ObjectType('Prospect', { description: 'A person who may be written to.' })
export class ProspectType {
  @Field(() => ID)
  id: string;

  @Field(() => EmailAddress)
  email: string;

  @Field(() => String, { nullable: true })
  firstName: string | null;

  @Field(() => String, { nullable: true })
  lastName: string | null;

  @Field(() => String, { nullable: true })
  company: string | null;

  @Field(() => [String])
  tags: string[];
}

@ObjectType('ProspectTag', { description: 'A list of prospects, by the tag that they have.' })
export class TagType {
  @Field()
  name: string;

  @Field(() => Int, { description: 'How many have it.' })
  prospects: number;
}

export const ProspectConnection = pageTypeOf('Prospect', () => ProspectType);

@InputType()
export class AttributeInput {
  @Field()
  name: string;

  @Field()
  value: string;
}

@InputType({
  description:
    'Who has this address already is changed: what is left out stays, a name of null is taken away, attributes merge by name and go by `removeAttributes`, tags are added.',
})
export class ProspectInput {
  @Field(() => EmailAddress)
  email: string;

  @Field(() => String, { nullable: true })
  firstName?: string | null;

  @Field(() => String, { nullable: true })
  lastName?: string | null;

  @Field(() => String, { nullable: true })
  company?: string | null;

  @Field(() => [AttributeInput], {
    nullable: true,
    description: 'Names of 1 to 64, values of up to 2000 characters; at most 500.',
  })
  attributes?: AttributeInput[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Names of attributes that are taken away, whether they are there or not; none of those that are given here.',
  })
  removeAttributes?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Of 1 to 64 characters; at most 50.' })
  tags?: string[] | null;
}

@ArgsType()
export class ProspectsArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Part of an address, name or company.' })
  search?: string | null;

  @Field(() => String, { nullable: true, description: 'Only who has exactly this tag.' })
  tag?: string | null;
}
