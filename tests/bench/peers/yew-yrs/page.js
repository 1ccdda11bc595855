import init, { start } from 'yew_yrs';
import { read } from '../kept.js';

const [kept] = await Promise.all([read(), init({ module_or_path: new URL('./yew_yrs_bg.wasm', import.meta.url) })]);
start(kept ?? new Uint8Array());
