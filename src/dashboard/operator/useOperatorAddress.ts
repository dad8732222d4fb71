import { useAddress } from '../lists/useAddress';

/** What is searched for among the workspaces, and the one whose slots are open. */
export function useOperatorAddress() {
  return useAddress(['search', 'workspace']);
}
