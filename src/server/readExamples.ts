import { type DefinitionNode, Kind, type OperationTypeNode, parse, separateOperations } from 'graphql';

/** One named operation of schema/examples.graphql, ready to run. */
export interface Example {
  name: string;
  kind: OperationTypeNode;
  /** What the comment above the operation says of it. */
  description: string;
  /** The operation as written, with the fragments that it uses. */
  query: string;
  /** JSON, indented; empty where the operation takes none. */
  variables: string;
}

/**
 * Reads the operations of an examples file, in its order. The comment right above an operation describes it;
 * from a line `# variables: {...}` on, that comment is the JSON of its variables. A blank line ends the
 * comment's reach upwards, so that a file may have headings.
 * Throws a GraphQLError for a document that does not parse, and an Error for variables that are not JSON.
 */
export function readExamples(text: string): Example[] {
  const document = parse(text);
  const alone = separateOperations(document);
  return document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION || !definition.name) return [];
    const name = definition.name.value;
    const [description = '', variables] = commentAbove(text, definition).split(/^variables:/m);
    return {
      name,
      kind: definition.operation,
      description: description.trim(),
      query: (alone[name]?.definitions ?? []).map((part) => sourceOf(text, part)).join('\n\n'),
      variables: variables === undefined ? '' : indentJson(variables, name),
    };
  });
}

function commentAbove(text: string, definition: DefinitionNode): string {
  const lines = text.slice(0, definition.loc?.start).split('\n').slice(0, -1);
  const first = lines.findLastIndex((line) => !line.startsWith('#')) + 1;
  return lines
    .slice(first)
    .map((line) => line.replace(/^# ?/, ''))
    .join('\n');
}

function sourceOf(text: string, { loc }: DefinitionNode): string {
  return text.slice(loc?.start, loc?.end);
}

function indentJson(json: string, name: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch (cause) {
    throw new Error(`The variables above the example ${name} are not JSON.`, { cause });
  }
}
