import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { ApiKey } from './apiKey.entity';
import { ApiKeyType, CreateApiKeyArgs, NewApiKey } from './apiKey.types';
import { createApiKey, listApiKeys, revokeApiKey } from './apiKeys';
import { type RequestContext, requireViewer } from './context';

@Resolver(() => ApiKeyType)
export class ApiKeyResolver {
  @Query(() => [ApiKeyType], { description: 'Your own, the newest first.' })
  apiKeys(@Ctx() ctx: RequestContext): Promise<ApiKey[]> {
    return listApiKeys(ctx.identity, requireViewer(ctx));
  }

  @Mutation(() => NewApiKey)
  createApiKey(@Args() { name }: CreateApiKeyArgs, @Ctx() ctx: RequestContext): Promise<NewApiKey> {
    return createApiKey(ctx.identity, requireViewer(ctx), name);
  }

  @Mutation(() => Boolean, { description: 'From the next operation on it opens nothing.' })
  revokeApiKey(@Arg('id', () => ID) id: string, @Ctx() ctx: RequestContext): Promise<boolean> {
    return revokeApiKey(ctx.identity, requireViewer(ctx), id);
  }
}
