import { Button, Center } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import { type TypedDocumentNode, useQuery } from 'urql';
import { Loaded } from '../states/Loaded';
import { STATES } from '../texts/states';

/** A list as the API pages it, as far as this needs to know. */
export interface Connection<Node> {
  edges: readonly { node: Node }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

interface Props<Data, Variables, Node> {
  query: TypedDocumentNode<Data, Variables>;
  variables: Variables;
  /** The type of the nodes: a mutation that returns one makes the list be asked again, also an empty one. */
  typename: string;
  connectionOf(data: Data): Connection<Node>;
  /** Draws the nodes of one page. */
  children: (nodes: readonly Node[]) => ReactNode;
  empty: ReactNode;
  /** Stands above the first page. */
  heading?: (data: Data) => ReactNode;
  /** What else the list depends on: it is asked for again whenever this is another. */
  basis?: unknown;
}

/** A list that grows at its end when one asks for more. Each page is a query of its own, and so stays fresh by itself. */
export function Paged<Data, Variables extends { after?: string | null | undefined }, Node>(
  props: Props<Data, Variables, Node>,
): ReactNode {
  const { query, variables, typename, connectionOf, children, empty, heading, basis } = props;
  const [isOpen, setOpen] = useState(false);
  const context = useMemo(() => ({ additionalTypenames: [typename], basis }), [typename, basis]);
  const [result, ask] = useQuery<Data, Variables>({ query, variables, context });
  return (
    <Loaded result={result} onRetry={() => ask({ requestPolicy: 'network-only' })}>
      {(data) => {
        const { edges, pageInfo } = connectionOf(data);
        const isFirst = !variables.after;
        if (edges.length === 0 && isFirst) return empty;
        return (
          <>
            {isFirst && heading?.(data)}
            {children(edges.map(({ node }) => node))}
            {pageInfo.hasNextPage &&
              (isOpen ? (
                <Paged {...props} variables={{ ...variables, after: pageInfo.endCursor }} />
              ) : (
                <Center>
                  <Button variant="default" onClick={() => setOpen(true)}>
                    {STATES.more}
                  </Button>
                </Center>
              ))}
          </>
        );
      }}
    </Loaded>
  );
}
