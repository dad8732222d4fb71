import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType('Attachment', {
  description: 'A file of a received message, or of one that was written in Gmail itself.',
})
export class AttachmentType {
  @Field({ description: 'Safe to show, and to name a file: no path, nothing invisible.' })
  name: string;

  @Field({ description: 'As the sender declared it, e.g. `application/pdf`.' })
  contentType: string;

  @Field(() => Int, { description: 'In bytes; of some encodings only what it is at most.' })
  size: number;

  @Field({
    description: 'Downloads it from Gmail. GET, with the session cookie or `Authorization: Bearer TOKEN`.',
  })
  url: string;
}
