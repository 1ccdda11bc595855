/**
 * What the main thread of a page did, from Chromium's own trace: for each task how long it took, and for how long the
 * processor worked on it. On a machine that does other things at the same time only the latter says something.
 */

const CATEGORIES = ['toplevel', 'devtools.timeline', 'v8.execute'];

/**
 * Begins to listen to a page. What is returned ends it and gives all its tasks.
 *
 * @param {import('playwright-core').Page} tab
 * @returns {Promise<() => Promise<Task[]>>}
 *
 * @typedef {{ took: number, worked: number, inside: Map<string, number> }} Task
 *   in milliseconds; `inside` has how long was worked on what the browser has names for, such as `Layout`
 */
export async function traceTasks(tab) {
  const session = await tab.context().browser().newBrowserCDPSession();
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    // One at a time: there may be more than a call can have arguments.
    for (const event of value) events.push(event);
  });
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: CATEGORIES } });
  // The thread is known by a mark that this page alone makes.
  const mark = `trace ${Math.random()}`;
  await tab.evaluate((mark) => void console.timeStamp(mark), mark);
  return async () => {
    const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
    await session.send('Tracing.end');
    await complete;
    await session.detach();
    return tasksOf(events, mark);
  };
}

function tasksOf(events, mark) {
  const own = events.find((it) => it.name === 'TimeStamp' && it.args?.data?.message === mark);
  if (!own) throw new Error('the trace does not have the page');
  const here = events.filter((it) => it.pid === own.pid && it.tid === own.tid && it.ph === 'X');
  const isTask = ({ name, cat }) => cat.includes('toplevel') && /RunTask$/.test(name);
  const tasks = here.filter(isTask).map((it) => ({ from: it.ts, to: it.ts + it.dur, took: it.dur / 1000, worked: (it.tdur ?? it.dur) / 1000, inside: new Map() }));
  tasks.sort((a, b) => a.from - b.from);
  for (const { name, ts, dur, tdur } of here.filter((it) => !isTask(it))) {
    const task = tasks.find((it) => it.from <= ts && ts < it.to);
    if (task) task.inside.set(name, (task.inside.get(name) ?? 0) + (tdur ?? dur ?? 0) / 1000);
  }
  return tasks;
}

/** The longest tasks by what was worked on them, in words. */
export function longest(tasks, most = 5) {
  const sorted = [...tasks].sort((a, b) => b.worked - a.worked).slice(0, most);
  return sorted.map(({ took, worked, inside }) => {
    const parts = [...inside].sort((a, b) => b[1] - a[1]).slice(0, 6).map(([name, it]) => `${name} ${it.toFixed(1)}`);
    return `${worked.toFixed(1)} of ${took.toFixed(1)} ms: ${parts.join(', ')}`;
  });
}
