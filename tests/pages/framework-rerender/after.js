// As a framework does that makes all of its elements anew, several times over.
for (let turn = 0; turn < 5; turn++) {
  const app = document.querySelector('#app');
  const fresh = app.cloneNode(true);
  fresh.querySelector('h2').textContent = `Orders (${turn})`;
  app.replaceWith(fresh);
  await new Promise((resolve) => setTimeout(resolve, 30));
}
