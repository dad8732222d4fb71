import { Field, ID, ObjectType } from 'type-graphql';
import { EmailAddress } from '../identity/emailAddress';

@ObjectType('ManualMessage', {
  description:
    'Written by the person in Gmail itself, in a conversation that we know: shown, counted in the rolling limit, and it pauses the sequence.',
})
export class ManualMessageType {
  @Field(() => ID)
  id: string;

  @Field(() => EmailAddress, { name: 'from' })
  fromAddress: string;

  @Field(() => [EmailAddress], { description: 'Everyone in To, Cc and Bcc.' })
  recipients: string[];

  @Field()
  subject: string;

  @Field()
  text: string;

  @Field(() => String, {
    nullable: true,
    description: 'Sanitised: no script, no remote content, safe to show.',
  })
  html: string | null;

  @Field({ description: "As Gmail set it, or derived from the mail's hash where there was none." })
  messageId: string;

  @Field(() => Date, { nullable: true })
  sentAt: Date;
}
