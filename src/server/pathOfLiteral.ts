import { type ASTNode, type GraphQLError, Kind, parse, visit } from 'graphql';

/**
 * Where in the arguments the literal stands that a validation error is about, e.g. `input.email`; null when it
 * is about something else. The error knows only the node, so the way down to it is looked for.
 */
export function pathOfLiteral({ nodes, source }: GraphQLError): string | null {
  const wanted = nodes?.[0];
  if (!wanted?.loc || !source) return null;
  let found: string | null = null;
  visit(parse(source), {
    enter(node, _key, parent, _path, ancestors) {
      if (found !== null || node.kind !== wanted.kind || node.loc?.start !== wanted.loc?.start) return;
      found = namesOf([...ancestors, ...(parent ? [parent] : []), node]).join('.') || null;
    },
  });
  return found;
}

function namesOf(line: readonly (ASTNode | readonly ASTNode[])[]): string[] {
  return line.flatMap((node) => {
    const isNamed = 'kind' in node && (node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD);
    return isNamed ? [node.name.value] : [];
  });
}
