// What is scrolled out of view is taken away, and put back when it is needed.
const rows = document.querySelector('#rows');
const [first, second, third] = rows.children;
second.remove();
first.remove();
await new Promise((resolve) => setTimeout(resolve, 200));
third.before(second);
