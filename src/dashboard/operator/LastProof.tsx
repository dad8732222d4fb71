import { OPERATOR } from '../texts/operator';
import { Moment } from '../time/Moment';

/** When a connection last proved that it would see new mail. */
export function LastProof({ at }: { at: string | null }) {
  return (
    <span className="figures">
      {OPERATOR.slots.proof} {at ? <Moment at={at} /> : OPERATOR.slots.noProof}
    </span>
  );
}
