// A file that is chosen goes into the text area of the form, its name into the field of the name; nothing is sent before a button is pressed.
(() => {
  const file = document.querySelector('input[type=file][data-into]');
  if (!file) return;
  const form = file.form, text = form.querySelector('#' + file.dataset.into), name = form.querySelector('#' + file.dataset.name);
  file.closest('[hidden]').hidden = false;
  file.addEventListener('change', async () => {
    const one = file.files[0];
    if (!one) return;
    text.value = await one.text();
    if (name) name.value = one.name;
  });
})();
