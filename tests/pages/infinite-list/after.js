const feed = document.querySelector('#feed');
for (let screen = 0; screen < 10; screen++) {
  for (let n = 0; n < 50; n++) {
    const entry = document.createElement('p');
    entry.append(`Entry ${screen * 50 + n + 2}: nothing to report, and `, Object.assign(document.createElement('b'), { textContent: 'calm' }), '.');
    feed.append(entry);
  }
  const newer = document.createElement('p');
  newer.textContent = `Newer entry ${screen}: still nothing.`;
  feed.prepend(newer);
  await new Promise((resolve) => setTimeout(resolve, 20));
}
