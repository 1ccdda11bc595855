/** Words and their cards belong together: pointing at one shows the other. */

import { serveExamples } from './support/examples.mjs';
import { FILES, page as html, picture } from './support/gallery.mjs';
import { FIRST, SECOND } from './support/guide.mjs';
import { reader } from './support/reader.mjs';
import { scenario } from './support/scenario.mjs';
import { until, untilEqual } from './support/until.mjs';

const glowing = (page, words) => page.locator('postil-comments .card.glow').filter({ hasText: words });

scenario('on an ordinary page, words and card show each other', async (stage) => {
  const ada = await reader(stage, 'Ada', `${await serveExamples(stage)}plain-page/`);
  const { page } = ada;
  await ada.comment('four degrees', 'Which four?');
  await ada.comment('a duck', 'A small one.');
  await page.keyboard.press('Escape');
  await page.mouse.move(2, 2);
  await untilEqual('nothing is emphasised', () => ada.highlighted('active'), []);
  await ada.thread('Which four?').hover();
  await untilEqual('the words of the card are', () => ada.highlighted('active'), ['four degrees']);
  await ada.thread('A small one.').hover();
  await untilEqual('then those of the other', () => ada.highlighted('active'), ['a duck']);
  await page.mouse.move(2, 2);
  await untilEqual('then none', () => ada.highlighted('active'), []);
  const { x, y, width } = await ada.boxOf('four degrees');
  await page.mouse.move(x + width / 2, y + 8);
  await glowing(page, 'Which four?').waitFor();
  await page.mouse.move(2, 2);
  await glowing(page, 'Which four?').waitFor({ state: 'detached' });
});

scenario('in a shared document, words and card show each other', async (stage) => {
  const ada = await stage.person('Ada');
  const { page } = ada;
  await ada.comment(FIRST, 'One.');
  await ada.comment(SECOND, 'Two.');
  await page.keyboard.press('Escape');
  await page.mouse.move(2, 2);
  await ada.thread('One.').hover();
  await untilEqual('the words of the card are emphasised', () => ada.highlighted('active'), [FIRST]);
  const box = await page.evaluate((words) => {
    for (const range of CSS.highlights.get('postil-open')) {
      if (String(range) !== words) continue;
      range.startContainer.parentElement.scrollIntoView({ block: 'center', behavior: 'instant' });
      return range.getClientRects()[0].toJSON();
    }
    return undefined;
  }, SECOND);
  await page.mouse.move(box.x + 12, box.y + 8);
  await glowing(page, 'Two.').waitFor();
  await page.mouse.move(2, 2);
  await glowing(page, 'Two.').waitFor({ state: 'detached' });
});

scenario('a part of a picture and its card show each other', async (stage) => {
  const ada = await reader(stage, 'Ada', `${await serveExamples(stage, { ...FILES, 'a.html': html(picture()) })}a.html`);
  const { page } = ada;
  await page.locator('#article img').hover();
  await page.getByRole('button', { name: 'Comment on this picture' }).click();
  for (const key of ['ArrowLeft', 'ArrowLeft', 'Enter']) await page.keyboard.press(key);
  await ada.publish(ada.box('Write a comment'), 'Thin ice.');
  await ada.thread('Thin ice.').waitFor();
  await page.keyboard.press('Escape');
  await page.mouse.move(2, 2);
  const emphasised = page.locator('postil-comments .piece.on');
  await until('the box is not emphasised', async () => (await emphasised.count()) === 0);
  await ada.thread('Thin ice.').hover();
  await emphasised.waitFor();
  await page.locator('postil-comments .piece').hover();
  await glowing(page, 'Thin ice.').waitFor();
});
