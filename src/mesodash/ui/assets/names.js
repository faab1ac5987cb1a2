// Gives the button of a file uploader the name that our mark beside it holds: the framework's own word is English, and
// it draws the button anew when it likes, so the button is named whenever something on the page changes.
if (!window.mesodashNames) {
  window.mesodashNames = new MutationObserver(() => {
    for (const mark of document.querySelectorAll("[data-upload-name]")) {
      let box = mark;
      let button = null;
      while (box && !button) {
        box = box.parentElement;
        button = box?.querySelector("[data-testid=stFileUploaderDropzone] button");
      }
      const name = mark.dataset.uploadName;
      if (button && button.ariaLabel !== name) button.ariaLabel = name;
    }
  });
  window.mesodashNames.observe(document.body, { childList: true, subtree: true });
  document.body.append("");
}
