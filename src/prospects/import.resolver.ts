import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root, Subscription } from 'type-graphql';
import { requireViewer } from '../identity/context';
import { PageArgs } from '../identity/page.types';
import type { ProspectImport } from './import.entity';
import { ImportRejectConnection, ProspectImportConnection, ProspectImportType } from './import.types';
import { findImport, followImport, listImports, listRejects } from './imports';
import type { ProspectsContext } from './prospectsRoom';

@Resolver(() => ProspectImportType)
export class ImportResolver {
  @Query(() => ProspectImportType, { nullable: true })
  prospectImport(@Ctx() ctx: ProspectsContext, @Arg('id', () => ID) id: string) {
    return findImport(ctx.prospects, requireViewer(ctx), id);
  }

  @Query(() => ProspectImportConnection, { description: 'Newest first.' })
  prospectImports(@Ctx() ctx: ProspectsContext, @Args() args: PageArgs) {
    return listImports(ctx.prospects, requireViewer(ctx), args);
  }

  @Subscription(() => ProspectImportType, {
    description:
      'An import as it stands, then as it goes on, a few times a second; completes when it has ended.',
    subscribe: ({ context, args }: { context: ProspectsContext; args: { id: string } }) =>
      followImport(context.prospects, requireViewer(context), args.id),
  })
  importChanged(@Root() changed: ProspectImport, @Arg('id', () => ID) _id: string) {
    return changed;
  }

  @FieldResolver(() => ImportRejectConnection, {
    description: 'In the order of the file. The first 10,000 are kept; `rejected` counts all.',
  })
  rejects(@Ctx() ctx: ProspectsContext, @Root() of: ProspectImport, @Args() args: PageArgs) {
    return listRejects(ctx.prospects, of, args);
  }
}
