// A page that shows other views without being loaded anew; the room has a name, so it stays.
const root = document.querySelector('#article');
const kept = root.firstElementChild.cloneNode(true);
history.pushState(null, '', '?view=settings');
root.replaceChildren(Object.assign(document.createElement('p'), { textContent: 'Settings: nothing to set.' }));
await new Promise((resolve) => setTimeout(resolve, 150));
history.pushState(null, '', '?view=inbox');
const fresh = document.createElement('article');
fresh.id = 'article';
fresh.append(kept);
root.replaceWith(fresh);
