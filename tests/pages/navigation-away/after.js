// What is commented is not there any more: it waits, for the page may bring it back.
const other = document.createElement('section');
other.textContent = 'Another view.';
document.querySelector('#article').replaceWith(other);
