import { integer } from '../../src/comparison/table.js';
import { bytes, clock, percent, significant } from '../../src/lab/report/numbers.js';
import type { Results } from '../../src/lab/results.js';
import { median } from '../../src/statistics/median.js';
import type { Language, Words } from './words.js';

const ROWS = {
  processor: { en: 'processor', ko: '프로세서' },
  memory: { en: 'memory', ko: '메모리' },
  system: { en: 'system', ko: '운영체제' },
  when: { en: 'measured', ko: '측정' },
  runs: { en: 'runs', ko: '실행' },
  load: { en: 'load average before a run', ko: '실행 직전의 부하(load average)' },
  others: { en: 'time that other processes took', ko: '다른 프로세스가 가져간 시간' },
  steal: { en: 'time that the hypervisor took', ko: '하이퍼바이저가 가져간 시간(steal)' },
} satisfies Record<string, Words>;

const TEXTS = {
  cores: { en: (count: number) => `${count} cores`, ko: (count: number) => `코어 ${count}개` },
  rounds: {
    en: (rounds: number, time: string) => `${rounds} rounds in ${time}`,
    ko: (rounds: number, time: string) => `${time} 동안 ${rounds}라운드`,
  },
  verified: {
    en: (verified: string, all: string) => `${verified} of ${all} verified`,
    ko: (verified: string, all: string) => `${all}번 중 ${verified}번 검증됨`,
  },
  most: {
    en: (middle: string, most: string) => `${middle}, at most ${most}`,
    ko: (middle: string, most: string) => `${middle}, 최대 ${most}`,
  },
};

/** Where, when and how the results were measured. */
export function machineTable(results: Results, language: Language): string {
  const { machine, runs, rounds, startedAt, finishedAt } = results;
  const loads = runs.flatMap(({ load }) => load?.average ?? []);
  const others = runs.flatMap(({ load }) => load?.others ?? []);
  const steals = runs.flatMap(({ load }) => load?.steal ?? []);
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  const verified = runs.filter(run => run.verified).length;
  const most = (values: readonly number[], text: (value: number) => string) =>
    values.length === 0 ? '–' : TEXTS.most[language](text(median(values)), text(Math.max(...values)));
  const rows: Record<keyof typeof ROWS, string> = {
    processor: `${machine.cpu}, ${TEXTS.cores[language](machine.cores)}`,
    memory: bytes(machine.memoryBytes),
    system: `${machine.platform} ${machine.kernel}, Node ${machine.node}, V8 ${machine.v8}`,
    when: `${startedAt.slice(0, 10)}, ${TEXTS.rounds[language](rounds, clock(seconds))}`,
    runs: TEXTS.verified[language](integer(verified), integer(runs.length)),
    load: most(loads, significant),
    others: most(others, percent),
    steal: most(steals, percent),
  };
  const lines = Object.entries(rows).map(
    ([row, text]) => `| ${ROWS[row as keyof typeof ROWS][language]} | ${text} |`,
  );
  return ['| | |', '| --- | --- |', ...lines].join('\n');
}
