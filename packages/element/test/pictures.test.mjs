/** What the script for pictures reckons. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { clock, step } from '../pictures.js';

test('a box is moved and resized within the picture', () => {
  const check = (from, by, resize, expected) => assert.deepEqual(step(from, by, resize), expected);
  check([0, 0, 10_000, 10_000], [1, 0], false, [2500, 2500, 7500, 7500]);
  check([2500, 2500, 7500, 7500], [1, 0], false, [2700, 2500, 7700, 7500]);
  check([2500, 2500, 7500, 7500], [0, -1], true, [2500, 2500, 7500, 7300]);
  check([100, 0, 500, 500], [-1, -1], false, [0, 0, 400, 500]);
  check([9000, 0, 9900, 500], [1, 0], false, [9100, 0, 10_000, 500]);
  check([9000, 0, 9900, 500], [1, 0], true, [9000, 0, 10_000, 500]);
  check([0, 0, 200, 200], [-1, -1], true, [0, 0, 100, 100]);
});

test('times are those of players', () => {
  const check = (seconds, expected) => assert.equal(clock(seconds), expected);
  check(0, '0:00');
  check(0.999, '0:00');
  check(83.4, '1:23');
  check(3600, '1:00:00');
  check(36_605, '10:10:05');
});
