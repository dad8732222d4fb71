import { notifications } from '@mantine/notifications';
import { useAction } from '../../api/useAction';
import { WRITING } from '../../texts/campaignWriting';
import type { Choice } from './choice';
import { EnrolPeopleDocument, type EnrolPeopleMutation, SavePastedPeopleDocument } from './people.generated';
import { readAddresses } from './readAddresses';

/** Puts who was chosen into a campaign, and tells what became of them. It resolves to whether it went well. */
export function useEnrol(): [
  enrol: (campaignId: string, choice: Choice) => Promise<boolean>,
  isRunning: boolean,
] {
  const [save, isSaving] = useAction(SavePastedPeopleDocument);
  const [enrolPeople, isEnrolling] = useAction(EnrolPeopleDocument);
  const select = async (choice: Choice) => {
    switch (choice.way) {
      case 'tag':
        return { tag: choice.tag.trim() };
      case 'import':
        return { importId: choice.importId };
      case 'chosen':
        return { ids: [...choice.ids] };
      case 'pasted': {
        const saved = await save({ prospects: readAddresses(choice.pasted).people });
        return saved && { ids: saved.saveProspects.map(({ id }) => id) };
      }
    }
  };
  const enrol = async (campaignId: string, choice: Choice) => {
    const selection = await select(choice);
    if (!selection) return false;
    const { allowOtherCampaigns } = choice;
    const answer = await enrolPeople({ campaignId, selection, allowOtherCampaigns });
    if (answer) notifications.show({ color: 'teal', message: sayResult(answer.enrolProspects) });
    return answer !== null;
  };
  return [enrol, isSaving || isEnrolling];
}

type Result = EnrolPeopleMutation['enrolProspects'];

/** How many were added, and of the others only what happened to somebody. */
function sayResult(result: Result): string {
  const texts = WRITING.people.result;
  const others = (['alreadyEnrolled', 'inOtherCampaign', 'suppressed'] as const).filter(
    (name) => result[name] > 0,
  );
  return [texts.enrolled(result.enrolled), ...others.map((name) => texts[name](result[name]))].join(' ');
}
