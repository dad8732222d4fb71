import {
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationRule,
} from 'graphql';
import type { Limits } from './limits';

/** Rules that a document is held to, whoever sends it and with whatever variables. They run once for each: valid ones are kept. */
export function createDocumentRules({ depth, aliases }: Limits): ValidationRule[] {
  return [limitDepth(depth), limitAliases(aliases)];
}

function limitDepth(most: number): ValidationRule {
  return (context) => {
    const depths = new Map<FragmentDefinitionNode, number>();

    function depthOf({ selections }: SelectionSetNode): number {
      return Math.max(
        ...selections.map((selection) => {
          if (selection.kind === Kind.FRAGMENT_SPREAD) {
            const fragment = context.getFragment(selection.name.value);
            return fragment ? depthOfFragment(fragment) : 0;
          }
          const below = selection.selectionSet ? depthOf(selection.selectionSet) : 0;
          return selection.kind === Kind.FIELD ? below + 1 : below;
        }),
      );
    }

    /** Each fragment is measured once: a chain in which each spreads the next twice would double the work with every link. */
    function depthOfFragment(fragment: FragmentDefinitionNode): number {
      const known = depths.get(fragment);
      if (known !== undefined) return known;
      depths.set(fragment, 0); // until it is known; a cycle is refused by another rule
      const depth = depthOf(fragment.selectionSet);
      depths.set(fragment, depth);
      return depth;
    }

    return {
      OperationDefinition(operation) {
        const depth = depthOf(operation.selectionSet);
        if (depth <= most) return;
        const message = `This is ${depth} fields deep; ${most} are allowed.`;
        context.reportError(new GraphQLError(message, { nodes: operation }));
      },
    };
  };
}

/** By aliases one request asks the same thing over and over: a password, say. */
function limitAliases(most: number): ValidationRule {
  return (context) => {
    let count = 0;
    return {
      Field(field) {
        if (!field.alias) return;
        count += 1;
        if (count !== most + 1) return;
        context.reportError(new GraphQLError(`More than ${most} aliases are not allowed.`, { nodes: field }));
      },
    };
  };
}
