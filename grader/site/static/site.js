// What scrolls sideways can be reached by the keyboard, as it must be: https://www.w3.org/TR/WCAG21/#keyboard
(() => {
  const mark = () => {
    for (const part of document.querySelectorAll(".bd-article pre, .bd-article .output, .bd-article math, .bd-article .wide, .pst-scrollable-table-container")) {
      const scrolls = part.scrollWidth > part.clientWidth + 1 || part.scrollHeight > part.clientHeight + 1;
      if (scrolls) part.tabIndex = 0;
      else part.removeAttribute("tabindex");
    }
  };
  window.addEventListener("load", mark);
  window.addEventListener("resize", mark);
})();
