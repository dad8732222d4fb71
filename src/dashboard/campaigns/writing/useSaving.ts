import { notifications } from '@mantine/notifications';
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useAction } from '../../api/useAction';
import { WRITING } from '../../texts/campaignWriting';
import { type Draft, idsOf, learnIds, type Problem, type SavedCampaign, toDraft, toInput } from './draft';
import { type Form, rebase, type Side, settle, show } from './rebase';
import { useFreshText } from './useFreshText';
import { useHeld } from './useHeld';
import { type CampaignTextFragment, UpdateCampaignDocument } from './writing.generated';

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
 * changed elsewhere meanwhile comes into the form; of what was changed here, too, the person decides.
 */
export function useSaving(campaign: SavedCampaign): Saving {
  const { id } = campaign;
  const [form, read, write] = useHeld(() => open(campaign));
  const [refused, setRefused] = useState<Draft | null>(null);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [isSaving, setSaving] = useState(false);
  const ids = useRef(idsOf(campaign));
  const [update] = useAction(UpdateCampaignDocument);
  const { draft, saved, state, clash } = form;
  const isAutomatic = state === 'DRAFT';
  const isDirty = draft !== saved;

  const meet = useCallback(
    (fresh: CampaignTextFragment | null) => {
      if (!fresh) return write({ ...read(), state: 'GONE' });
      const known = idsOf(fresh);
      ids.current = new Map([...ids.current, ...known].filter(([, one]) => known.has(one)));
      const { form: next, taken } = rebase(read(), toDraft(fresh), ids.current);
      write({ ...next, state: fresh.state });
      if (taken.length > 0) notifications.show({ message: WRITING.meanwhile.taken(taken) });
    },
    [read, write],
  );
  const besideLooking = useFreshText(id, meet);

  const send = async () => {
    const sent = read();
    if (sent.clash || sent.state === 'GONE') return false;
    const outcome = (await update({ id, input: toInput(sent.draft, ids.current) }))?.updateCampaign;
    if (outcome?.__typename === 'CampaignSaved') {
      learnIds(ids.current, sent.draft, outcome.campaign);
      write(settle({ ...read(), saved: sent.draft }, ids.current));
      setProblems([]);
      return true;
    }
    // Not tried again before something changes.
    setRefused(sent.draft);
    setProblems(outcome?.problems ?? []);
    if (outcome && outcome.problems.length === 0)
      notifications.show({ color: 'red', message: outcome.message });
    return false;
  };
  const saveNow = async () => {
    if (read().draft === read().saved) return true;
    setSaving(true);
    const isSaved = await besideLooking(send);
    setSaving(false);
    return isSaved;
  };
  // One after the other, so that what is new is made once.
  const queue = useRef(Promise.resolve(true));
  const save = () => {
    queue.current = queue.current.then(saveNow);
    return queue.current;
  };

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
      write(settle({ ...read(), draft: { ...read().draft, ...change } }, ids.current));
      // They are of the words before: they stay only where the next saving soon says what is left of them.
      if (!isAutomatic) setProblems([]);
    },
    problems,
    status: statusOf({ isDirty, isSaving, isRefused: draft === refused }),
    save,
    discard: () => {
      write({ ...read(), draft: read().saved, clash: null });
      setProblems([]);
    },
    show: (side) => write(show(side, read())),
    decide: () => write(settle({ ...read(), clash: null }, ids.current)),
  };
}

interface Held extends Form {
  state: Saving['state'];
}

function open(campaign: SavedCampaign): Held {
  const draft = toDraft(campaign);
  return { draft, saved: draft, clash: null, state: campaign.state };
}

function statusOf(is: { isDirty: boolean; isSaving: boolean; isRefused: boolean }): Saving['status'] {
  if (is.isSaving) return 'saving';
  if (!is.isDirty) return 'saved';
  return is.isRefused ? 'refused' : 'unsaved';
}
