/**
 * The order in which jest begins the files. Its own is by how long each took the last time, which a fresh clone does not
 * know, and then by size: scenes.browser.ts, small and by far the longest, would begin last, and the other worker be idle.
 */
module.exports = class LongestFirst {
  sort(tests) {
    const isLongest = ({ path }) => path.endsWith('scenes.browser.ts');
    return [...tests.filter(isLongest), ...tests.filter((test) => !isLongest(test))];
  }

  cacheResults() {
    // No order of a later run depends on this one.
  }
};
