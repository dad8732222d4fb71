import { ArgsType, Field, Int, ObjectType } from 'type-graphql';
import type { Page, PageRequest } from '../lib/cursor';

/** Which page of a list is asked for: of a query that takes nothing else, or the base of its own arguments. */
@ArgsType()
export class PageArgs implements PageRequest {
  @Field(() => Int, { nullable: true })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;
}

@ObjectType({ description: 'Where a page of a list ends, and whether there is more.' })
export class PageInfo {
  @Field()
  hasNextPage: boolean;

  @Field(() => String, { nullable: true, description: 'Give it back as `after` for the next page.' })
  endCursor: string | null;
}

/** The Relay connection and edge of one type: `pageTypeOf('Workspace', () => WorkspaceType)`. */
export function pageTypeOf<Node extends object>(
  name: string,
  node: () => (new () => Node) | object,
): new () => Page<Node> {
  @ObjectType(`${name}Edge`)
  class Edge {
    @Field()
    cursor: string;

    @Field(node)
    node: Node;
  }

  @ObjectType(`${name}Connection`)
  class Connection {
    @Field(() => [Edge])
    edges: Edge[];

    @Field(() => PageInfo)
    pageInfo: PageInfo;

    @Field(() => Int, { description: 'How many there are in all.' })
    totalCount: number;
  }

  return Connection;
}
