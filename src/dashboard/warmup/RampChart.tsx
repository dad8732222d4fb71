import { CompositeChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import { WARM_UP } from '../texts/warmup';
import { shortDay } from './rampHistory';

/** Bars for what went out, a stepped line for what was allowed. The table beside it says the same in words. */
export function RampChart(props: {
  label: string;
  days: readonly { date: string; sent: number; allowance: number | null }[];
  /** What the line is called. */
  ceiling: string;
}) {
  const data = props.days.map(({ date, sent, allowance }) => ({
    day: shortDay(date),
    [WARM_UP.sent]: sent,
    ...(allowance !== null && { [props.ceiling]: allowance }),
  }));
  return (
    <div role="img" aria-label={props.label}>
      <CompositeChart
        h={180}
        data={data}
        dataKey="day"
        withDots={false}
        curveType="step"
        maxBarWidth={24}
        tickLine="none"
        gridAxis="x"
        xAxisProps={{ interval: 'equidistantPreserveStart' }}
        yAxisProps={{ allowDecimals: false, width: 32 }}
        composedChartProps={{ accessibilityLayer: false }}
        series={[
          { name: WARM_UP.sent, color: 'sphere.5', type: 'bar' },
          { name: props.ceiling, color: 'gray.5', type: 'line', strokeDasharray: '4 4' },
        ]}
      />
    </div>
  );
}
