/** Reads the histograms of notifiers from the text of the endpoint `prometheus`. */

const SAMPLE = /^frontdoor_notifier_calls_seconds_bucket\{(.*)\} ([\d.eE+]+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/**
 * How many calls of each notifier took up to how long.
 *
 * @param {string} text
 * @return {Map<string, Map<number, number>>} counts by the upper bound in seconds, by notifier
 */
export function notifierBuckets(text) {
  const notifiers = new Map();
  for (const line of text.split("\n")) {
    const sample = SAMPLE.exec(line);
    if (!sample) continue;
    const labels = Object.fromEntries([...sample[1].matchAll(LABEL)].map(([, name, value]) => [name, value]));
    const buckets = notifiers.get(labels.notifier) ?? new Map();
    const upTo = labels.le === "+Inf" ? Infinity : Number(labels.le);
    buckets.set(upTo, (buckets.get(upTo) ?? 0) + Number(sample[2]));
    notifiers.set(labels.notifier, buckets);
  }
  return notifiers;
}

/** The counts between the bounds instead of up to them. @param {Map<number, number>} cumulative */
export function perBucket(cumulative) {
  let before = 0;
  return [...cumulative].sort(([one], [other]) => one - other).map(([upTo, count]) => {
    const own = count - before;
    before = count;
    return {upTo, count: own};
  });
}
