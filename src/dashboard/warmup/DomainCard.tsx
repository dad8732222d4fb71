import { Card, Divider, Group, NumberInput, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '../api/useAction';
import { WARM_UP } from '../texts/warmup';
import { AccountRamp } from './AccountRamp';
import { RampChart } from './RampChart';
import { addUp, type Domain, isGmail } from './rampHistory';
import { SetDomainCapDocument } from './warmup.generated';

/** One sending domain: its sum and cap where it is one's own, and each of its accounts. */
export function DomainCard({ domain, onChange }: { domain: Domain; onChange: () => void }) {
  const days = addUp(domain.accounts);
  return (
    <Card component="section">
      <Stack gap="lg">
        <Group justify="space-between" align="flex-start" gap="md">
          <Stack gap={2} maw="36rem">
            <Title order={2}>{domain.name}</Title>
            {!isGmail(domain.name) && (
              <Text size="sm" c="dimmed">
                {WARM_UP.domainLead}
              </Text>
            )}
          </Stack>
          {!isGmail(domain.name) && <CapField domain={domain} onChange={onChange} />}
        </Group>
        {domain.accounts.length > 1 && days.length > 0 && (
          <>
            <RampChart
              label={WARM_UP.chartOf(domain.name)}
              days={days.map((day) => ({ ...day, allowance: domain.dailyCap }))}
              ceiling={WARM_UP.cap}
            />
            <Divider />
          </>
        )}
        <SimpleGrid cols={{ base: 1, md: domain.accounts.length > 1 ? 2 : 1 }} spacing="xl">
          {domain.accounts.map((account) => (
            <AccountRamp key={account.id} account={account} />
          ))}
        </SimpleGrid>
      </Stack>
    </Card>
  );
}

/** Written when the person leaves it, or presses Enter. */
function CapField({ domain, onChange }: { domain: Domain; onChange: () => void }) {
  const [value, setValue] = useState<number | string>(domain.dailyCap ?? '');
  const [setCap, isSaving] = useAction(SetDomainCapDocument);
  const save = async () => {
    const dailyCap = typeof value === 'number' ? value : null;
    if (dailyCap === domain.dailyCap) return;
    if (await setCap({ domain: domain.name, dailyCap })) onChange();
  };
  return (
    <NumberInput
      w={180}
      label={WARM_UP.capLabel}
      aria-label={WARM_UP.capOf(domain.name)}
      placeholder={WARM_UP.capHint}
      min={1}
      max={100_000}
      allowDecimal={false}
      allowNegative={false}
      value={value}
      disabled={isSaving}
      onChange={setValue}
      onBlur={save}
      onKeyDown={(event) => event.key === 'Enter' && save()}
    />
  );
}
