import { ArgsType, Field, ID, ObjectType } from 'type-graphql';
import { IsName } from './rules';

@ObjectType('ApiKey', { description: 'For programs. It acts as the person who made it.' })
export class ApiKeyType {
  @Field(() => ID)
  id: string;

  @Field()
  name: string;

  @Field()
  createdAt: Date;

  @Field(() => Date, { nullable: true, description: 'To the minute.' })
  lastUsedAt: Date | null;
}

@ObjectType({ description: '`secret` is shown this once. It is a bearer token.' })
export class NewApiKey {
  @Field(() => ID)
  id: string;

  @Field()
  name: string;

  @Field()
  secret: string;
}

@ArgsType()
export class CreateApiKeyArgs {
  @Field({ description: 'What it is for, so that you know later which one to revoke.' })
  @IsName()
  name: string;
}
