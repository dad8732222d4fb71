import { Box, Progress, SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Explained } from '../shell/Explained';
import { GMAIL } from '../texts/gmail';
import { Moment } from '../time/Moment';
import type { Connected } from './ConnectedSlot';

/** The figures of an account: today's allowance, the rolling limit, the next email, the last proof. */
export function SendingFacts({ connection }: { connection: Connected['connection'] }) {
  const { sending, rampDays, lastProofAt } = connection;
  const today = rampDays.at(-1);
  const allowance = sending.rampAllowance;
  return (
    <SimpleGrid component="dl" m={0} cols={2} spacing="md" verticalSpacing="sm" className="figures">
      <Fact name={GMAIL.facts.today} note={allowance !== null && today?.reason}>
        {allowance === null ? (
          GMAIL.facts.rampOff
        ) : (
          <Share part={today?.sent ?? 0} whole={allowance} name={GMAIL.facts.today} />
        )}
      </Fact>
      <Fact name={GMAIL.facts.last24h}>
        <Share part={sending.sentLast24h} whole={sending.dailyLimit} name={GMAIL.facts.last24h} />
      </Fact>
      <Fact name={GMAIL.facts.next}>
        {sending.nextSendAt ? <Moment at={sending.nextSendAt} /> : GMAIL.facts.nothingNext}
      </Fact>
      <Fact name={GMAIL.facts.proof} note={GMAIL.facts.proofMeaning}>
        {lastProofAt ? <Moment at={lastProofAt} /> : GMAIL.facts.noProof}
      </Fact>
    </SimpleGrid>
  );
}

function Fact(props: { name: string; note?: string | false | undefined; children: ReactNode }) {
  const { name, note, children } = props;
  const fact = (
    <Box tabIndex={note ? 0 : undefined}>
      <Text component="dt" size="xs" c="dimmed">
        {name}
      </Text>
      <Text component="dd" m={0} size="sm" fw={550}>
        {children}
      </Text>
    </Box>
  );
  return note ? <Explained words={note}>{fact}</Explained> : fact;
}

function Share({ part, whole, name }: { part: number; whole: number; name: string }) {
  return (
    <>
      {GMAIL.facts.todayOf(part, whole)}
      <Progress
        component="span"
        display="block"
        value={whole === 0 ? 0 : (100 * part) / whole}
        size={4}
        mt={4}
        aria-label={name}
      />
    </>
  );
}
