import { ActionIcon, Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import {
  IconDots,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash,
  IconUserPlus,
} from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useAction } from '../../api/useAction';
import { ConfirmModal } from '../../shell/ConfirmModal';
import { CAMPAIGNS } from '../../texts/campaigns';
import { StateBadge } from '../StateBadge';
import { useStart } from '../useStart';
import type { Campaign } from './CampaignPage';
import { DeleteCampaignDocument, PauseCampaignDocument } from './running.generated';

/** What can be done with a campaign: start and pause, edit, more people, delete. */
export function Actions({ campaign }: { campaign: Campaign }) {
  const { id, state } = campaign;
  const [isDeleting, setDeleting] = useState(false);
  return (
    <>
      <StateBadge state={state} />
      <MainAction campaign={campaign} />
      <Button
        component={Link}
        href={`/campaigns/${id}/edit/emails`}
        variant="default"
        leftSection={<IconPencil size={16} aria-hidden />}
      >
        {state === 'DRAFT' ? TEXTS.editDraft : TEXTS.edit}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size="input-sm" aria-label={TEXTS.more}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            component={Link}
            href={`/campaigns/${id}/edit/people`}
            leftSection={<IconUserPlus size={16} />}
          >
            {TEXTS.addPeople}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setDeleting(true)}>
            {TEXTS.remove}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Deletion campaign={campaign} isOpen={isDeleting} onClose={() => setDeleting(false)} />
    </>
  );
}

function MainAction({ campaign }: { campaign: Campaign }) {
  const [start, isStarting] = useStart();
  const [pause, isPausing] = useAction(PauseCampaignDocument);
  switch (campaign.state) {
    case 'RUNNING':
      return (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={16} aria-hidden />}
          loading={isPausing}
          onClick={() => pause({ id: campaign.id })}
        >
          {TEXTS.pause}
        </Button>
      );
    case 'DRAFT':
    case 'PAUSED':
      return (
        <Button
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          loading={isStarting}
          onClick={() => start(campaign)}
        >
          {campaign.state === 'DRAFT' ? TEXTS.start : TEXTS.resume}
        </Button>
      );
    case 'FINISHED':
      return null;
  }
}

function Deletion(props: { campaign: Campaign; isOpen: boolean; onClose: () => void }) {
  const { campaign, isOpen, onClose } = props;
  const { id, name } = campaign;
  const [remove, isRemoving] = useAction(DeleteCampaignDocument);
  const [, navigate] = useLocation();
  const confirm = async () => {
    if (!(await remove({ id }))) return;
    notifications.show({ message: TEXTS.removed(name) });
    navigate('/campaigns', { replace: true });
  };
  return (
    <ConfirmModal
      isOpen={isOpen}
      title={TEXTS.removeTitle(name)}
      body={TEXTS.removeBody}
      action={TEXTS.remove}
      isRunning={isRemoving}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}

const TEXTS = CAMPAIGNS.run;
