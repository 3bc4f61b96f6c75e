// Starts the API reference. It runs before the library.

// The library calls an empty `new Function` to test whether it may compile code, and works without.
// The page's policy forbids it, and browsers would report the test as a violation.
globalThis.Function = new Proxy(Function, {
  construct(target, texts) {
    if (texts.join("") === "") throw new EvalError("This page’s policy forbids code from text.");
    return Reflect.construct(target, texts);
  },
});

document.addEventListener("DOMContentLoaded", () => {
  const reference = document.getElementById("scalar");
  globalThis.Scalar.createApiReference(reference, {
    url: reference.dataset.document,
    // Undefined follows the system.
    forceDarkModeState: document.documentElement.dataset.theme,
    hideDarkModeToggle: true,
    // Nothing leaves this site: no fonts, no proxy, no telemetry, no AI, none of the vendor's apps.
    withDefaultFonts: false,
    telemetry: false,
    agent: { disabled: true },
    hideClientButton: true,
    showDeveloperTools: "never",
    // The token is forgotten when the page is closed.
    persistAuth: false,
    // Our own header links to the document.
    documentDownloadType: "none",
    // In the order of the responses themselves.
    orderSchemaPropertiesBy: "preserve",
    orderRequiredPropertiesFirst: false,
  });
});
