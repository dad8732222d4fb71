import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState } from 'react';
import { useAction } from '../../api/useAction';
import { type Draft, idsOf, learnIds, type Problem, type SavedCampaign, toDraft, toInput } from './draft';
import { UpdateCampaignDocument } from './writing.generated';

export interface Saving {
  /** Whether it is saved whenever writing pauses; else when the person says so. */
  isAutomatic: boolean;
  draft: Draft;
  change(change: Partial<Draft>): void;
  /** As the server has it. */
  saved: Draft;
  /** What the server found wrong when it was asked to save last. */
  problems: readonly Problem[];
  status: 'saved' | 'saving' | 'unsaved' | 'refused';
  /** Saves at once. It resolves to whether the server has it now. */
  save(): Promise<boolean>;
  discard(): void;
}

/** Writing pauses this long before it is saved. Milliseconds. */
const PAUSE_MS = 500;

/**
 * A campaign while it is written. Nothing of a draft goes out, so it is saved whenever writing pauses: the preview
 * and the forecast always show what stands there. Any other campaign is saved when the person says so.
 */
export function useSaving(campaign: SavedCampaign): Saving {
  const [draft, setDraft] = useState(() => toDraft(campaign));
  const [saved, setSaved] = useState(draft);
  const [refused, setRefused] = useState<Draft | null>(null);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const ids = useRef(idsOf(campaign));
  const [update, isSaving] = useAction(UpdateCampaignDocument);
  const { id, state } = campaign;
  const isAutomatic = state === 'DRAFT';
  const isDirty = draft !== saved;

  const save = async () => {
    if (!isDirty) return true;
    const outcome = (await update({ id, input: toInput(draft, ids.current) }))?.updateCampaign;
    if (outcome?.__typename === 'CampaignSaved') {
      learnIds(ids.current, draft, outcome.campaign);
      setSaved(draft);
      setProblems([]);
      return true;
    }
    // Not tried again before something changes.
    setRefused(draft);
    setProblems(outcome?.problems ?? []);
    if (outcome && outcome.problems.length === 0)
      notifications.show({ color: 'red', message: outcome.message });
    return false;
  };

  const latest = useRef(save);
  useEffect(() => {
    latest.current = save;
  });
  const isDue = isAutomatic && isDirty && !isSaving && draft !== refused;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the draft begins another pause.
  useEffect(() => {
    if (!isDue) return;
    const timer = setTimeout(() => void latest.current(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [isDue, draft]);
  useSaveOnLeaving(latest, isAutomatic);

  return {
    isAutomatic,
    draft,
    change: (change) => {
      setDraft((before) => ({ ...before, ...change }));
      // They are of the words before: they stay only where the next saving soon says what is left of them.
      if (!isAutomatic) setProblems([]);
    },
    saved,
    problems,
    status: statusOf({ isDirty, isSaving, isRefused: draft === refused }),
    save,
    discard: () => {
      setDraft(saved);
      setProblems([]);
    },
  };
}

function statusOf(is: { isDirty: boolean; isSaving: boolean; isRefused: boolean }): Saving['status'] {
  if (is.isSaving) return 'saving';
  if (!is.isDirty) return 'saved';
  return is.isRefused ? 'refused' : 'unsaved';
}

/** What was typed in the last half second is kept, too, when one goes to another page. */
function useSaveOnLeaving(save: { current: () => Promise<boolean> }, isOn: boolean): void {
  useEffect(
    () => () => {
      if (isOn) void save.current();
    },
    [save, isOn],
  );
}
