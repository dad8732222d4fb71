import { BarChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import { CAMPAIGNS } from '../texts/campaigns';

/** A bar for each of the coming days. */
export function ForecastChart({ days }: { days: readonly { date: string; sends: number }[] }) {
  const texts = CAMPAIGNS.forecast;
  const data = days.map(({ date, sends }) => ({
    day: DAY.format(new Date(`${date}T12:00:00Z`)),
    [texts.emails]: sends,
  }));
  return (
    <div role="img" aria-label={texts.chart}>
      <BarChart
        h={200}
        data={data}
        dataKey="day"
        tickLine="none"
        gridAxis="x"
        xAxisProps={{ interval: 'equidistantPreserveStart' }}
        maxBarWidth={28}
        yAxisProps={{ allowDecimals: false, width: 32 }}
        barChartProps={{ accessibilityLayer: false }}
        series={[{ name: texts.emails, color: 'sphere.5' }]}
      />
    </div>
  );
}

const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });
