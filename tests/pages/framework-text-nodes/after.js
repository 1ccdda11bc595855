// As frameworks do that keep a text node for each value.
const line = document.querySelector('#line');
for (let at = 9; at < line.lastChild.length; at = 9) line.lastChild.splitText(at);
line.insertBefore(document.createComment('value'), line.childNodes[2]);
await new Promise((resolve) => setTimeout(resolve, 100));
line.normalize();
document.querySelector('#note').firstChild.data = 'As of today: the buffet car is closed north of the river.';
