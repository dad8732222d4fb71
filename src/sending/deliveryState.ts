/**
 * The life of an outgoing message:
 *
 *   QUEUED ──► RESERVED ──► TRANSMITTING ──► SENT
 *     ▲ │        │  │         │  │  │
 *     │ │        │  │         │  │  └──► FAILED
 *     │ └────────┼──┴─────────┼──┼─────► CANCELLED
 *     ├──────────┘            │  │           ▲
 *     ├───── certainly not ───┘  ▼           │
 *     └────── absent from ──── UNKNOWN ──────┘ given up on
 *             Sent               └──► SENT   (found in Sent)
 *
 * And when Gmail says by mail that it sent it to nobody after all, SENT and UNKNOWN lead to QUEUED or FAILED; and
 * from QUEUED back to SENT, when a person finds that the mail says no such thing.
 */
export type DeliveryState =
  | 'QUEUED'
  | 'RESERVED'
  | 'TRANSMITTING'
  | 'SENT'
  | 'UNKNOWN'
  | 'FAILED'
  | 'CANCELLED';

export const deliveryMoves = {
  QUEUED: ['RESERVED', 'CANCELLED', 'SENT'],
  RESERVED: ['TRANSMITTING', 'QUEUED', 'CANCELLED'],
  TRANSMITTING: ['SENT', 'QUEUED', 'FAILED', 'UNKNOWN'],
  SENT: ['QUEUED', 'FAILED'],
  UNKNOWN: ['SENT', 'QUEUED', 'FAILED', 'CANCELLED'],
  FAILED: [],
  CANCELLED: [],
} as const satisfies Record<DeliveryState, readonly DeliveryState[]>;

/** From where a state may be entered: each UPDATE of the ledger names these, so that no move can be illegal. */
export function statesBefore(to: DeliveryState): DeliveryState[] {
  const states = Object.keys(deliveryMoves) as DeliveryState[];
  return states.filter((state) => (deliveryMoves[state] as readonly DeliveryState[]).includes(to));
}
