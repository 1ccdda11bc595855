/** The button that shares the address of the page: the system's own way where there is one, else the clipboard. */

const button = document.getElementById('share');
const label = button.textContent;

button.addEventListener('click', async () => {
  const address = location.href;
  try {
    if (navigator.share && matchMedia('(pointer: coarse)').matches) {
      await navigator.share({ title: document.title, url: address });
    } else {
      await navigator.clipboard.writeText(address);
      tell('Link copied');
    }
  } catch (error) {
    // Closing the system's sheet is no failure.
    if (error.name !== 'AbortError') {
      tell('The link could not be copied');
    }
  }
});

/** Says it on the button for a moment; a live region would not be heard when it is added with its text. */
function tell(words) {
  button.textContent = words;
  button.setAttribute('aria-live', 'polite');
  setTimeout(() => (button.textContent = label), 2500);
}
