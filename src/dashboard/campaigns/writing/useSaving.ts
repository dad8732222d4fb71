import { notifications } from '@mantine/notifications';
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import { type CombinedError, useClient } from 'urql';
import { codeOf } from '../../api/createApi';
import { useAction } from '../../api/useAction';
import { useChanges } from '../../api/useChanges';
import { useThrottled } from '../../api/useThrottled';
import { WRITING } from '../../texts/campaignWriting';
import { CampaignChangedDocument } from '../campaigns.generated';
import { type Draft, idsOf, learnIds, type Problem, type SavedCampaign, toDraft, toInput } from './draft';
import { type Form, rebase, type Side, settle, show } from './rebase';
import { useHeld } from './useHeld';
import { useTurns } from './useTurns';
import { CampaignAsItIsDocument, UpdateCampaignDocument } from './writing.generated';

export interface Saving extends Form {
  /** As it is now, whoever started or paused it; GONE when somebody deleted it. */
  state: SavedCampaign['state'] | 'GONE';
  /** Whether it is saved whenever writing pauses; else when the person says so. */
  isAutomatic: boolean;
  change(change: Partial<Draft>): void;
  /** What the server found wrong when it was asked to save last. */
  problems: readonly Problem[];
  status: 'saved' | 'saving' | 'unsaved' | 'refused';
  /** Saves at once. It resolves to whether the server has it now. */
  save(): Promise<boolean>;
  discard(): void;
  /** Of what was changed both here and elsewhere, brings one version into the form. */
  show(side: Side): void;
  /** Goes on with the version in the form. */
  decide(): void;
}

/** Writing pauses this long before it is saved. Milliseconds. */
const PAUSE_MS = 500;

/**
 * A campaign while it is written. Nothing of a draft goes out, so it is saved whenever writing pauses: the preview
 * and the forecast always show what stands there. Any other campaign is saved when the person says so. What is
 * changed elsewhere meanwhile comes into the form, at the latest when the server refuses what was made from an older
 * version; of what was changed here, too, the person decides.
 */
export function useSaving(campaign: SavedCampaign): Saving {
  const { id } = campaign;
  const [form, read, hold] = useHeld(() => open(campaign));
  // Nothing is wrong with what the server has, however the form came to say the same.
  const write = useCallback(
    (next: Held) => hold(next.draft === next.saved ? { ...next, problems: [] } : next),
    [hold],
  );
  const [isSaving, setSaving] = useState(false);
  const ids = useRef(idsOf(campaign));
  const client = useClient();
  const [update] = useAction(UpdateCampaignDocument, isGone);
  // Looking and saving, one after the other: what is new is made once, and nothing met is older than what was saved.
  const inTurn = useTurns();
  const { draft, saved, state, clash, refused } = form;
  const isAutomatic = state === 'DRAFT';
  const isDirty = draft !== saved;

  /** Brings what stands in the campaign now into the form. @returns whether the server said what that is */
  const meet = useCallback(async () => {
    const context = { requestPolicy: 'network-only' } as const;
    const { data } = await client.query(CampaignAsItIsDocument, { id }, context).toPromise();
    const fresh = data?.campaign;
    if (!fresh) {
      if (data) write({ ...read(), state: 'GONE' });
      return false;
    }
    const known = idsOf(fresh);
    ids.current = new Map([...ids.current, ...known].filter(([, one]) => known.has(one)));
    const { form: next, taken } = rebase(read(), toDraft(fresh), ids.current);
    write({ ...read(), ...next, state: fresh.state, version: fresh.version });
    if (taken.length > 0) notifications.show({ message: WRITING.meanwhile.taken(taken) });
    return true;
  }, [client, id, read, write]);
  const look = useCallback(() => void inTurn(meet), [inTurn, meet]);
  const lookSoon = useThrottled(look);
  useChanges({ query: CampaignChangedDocument, variables: { id } }, look);
  // What changed after the page was loaded and before the subscription stood is told by nobody.
  useEffect(lookSoon, [lookSoon]);

  const send = async (): Promise<boolean> => {
    const sent = read();
    if (sent.draft === sent.saved) return true;
    if (sent.clash || sent.state === 'GONE') return false;
    const input = toInput(sent.draft, ids.current);
    const outcome = (await update({ id, input, version: sent.version }))?.updateCampaign;
    if (outcome?.__typename === 'CampaignSaved') {
      const { campaign: saved } = outcome;
      learnIds(ids.current, sent.draft, saved);
      write(settle({ ...read(), saved: sent.draft, version: saved.version, problems: [] }, ids.current));
      return true;
    }
    if (outcome?.code === 'CAMPAIGN_CHANGED' && (await meet())) return send();
    if (!outcome) await meet();
    // Not tried again before something changes.
    write({ ...read(), refused: sent.draft, problems: outcome?.problems ?? [] });
    if (outcome && outcome.problems.length === 0)
      notifications.show({ color: 'red', message: outcome.message });
    return false;
  };
  const save = () =>
    inTurn(async () => {
      setSaving(true);
      const isSaved = await send();
      setSaving(false);
      return isSaved;
    });

  // Each change of the draft begins another pause.
  const due = isAutomatic && isDirty && !isSaving && !clash && draft !== refused && draft;
  const saveDue = useEffectEvent(() => isAutomatic && void save());
  useEffect(() => {
    if (!due) return;
    const timer = setTimeout(saveDue, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [due]);
  // What was typed in the last half second is kept, too, when one goes to another page.
  useEffect(() => () => void saveDue(), []);

  return {
    ...form,
    isAutomatic,
    change: (change) => {
      const before = read();
      // They are of the words before: they stay only where the next saving soon says what is left of them.
      const problems = isAutomatic ? before.problems : [];
      write(settle({ ...before, draft: { ...before.draft, ...change }, problems }, ids.current));
    },
    status: statusOf({ isDirty, isSaving, isRefused: draft === refused }),
    save,
    discard: () => write({ ...read(), draft: read().saved, clash: null }),
    show: (side) => write(show(side, read())),
    decide: () => write(settle({ ...read(), clash: null }, ids.current)),
  };
}

interface Held extends Form {
  state: Saving['state'];
  /** What `saved` is on the server. */
  version: number;
  /** What the server did not take when it was asked to save last, and what it found wrong with it. */
  refused: Draft | null;
  problems: readonly Problem[];
}

/** Of a deleted campaign one is told by the form itself. */
function isGone(error: CombinedError): boolean {
  return codeOf(error) === 'NOT_FOUND';
}

function open(campaign: SavedCampaign): Held {
  const draft = toDraft(campaign);
  const { state, version } = campaign;
  return { draft, saved: draft, clash: null, state, version, refused: null, problems: [] };
}

function statusOf(is: { isDirty: boolean; isSaving: boolean; isRefused: boolean }): Saving['status'] {
  if (is.isSaving) return 'saving';
  if (!is.isDirty) return 'saved';
  return is.isRefused ? 'refused' : 'unsaved';
}
