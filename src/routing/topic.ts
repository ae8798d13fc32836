import { DenseSet } from './dense-set.js';
import type { BindingTerms, ExchangeType, Matcher, RoutingProperties } from './exchange-type.js';

/**
 * Routes to the bindings whose pattern matches the routing key word by word: `*` stands for exactly one word, `#`
 * for zero or more (AMQP 0-9-1, 3.1.3.3). Words are what lies between the dots, and may be empty: "a..b" has three.
 * The empty key has no word at all (RabbitMQ, `split_topic_key` in `rabbit_exchange_type_topic`).
 */
export const topic: ExchangeType = {
  name: 'topic',
  createMatcher: <B extends BindingTerms>(): Matcher<B> => new TopicMatcher<B>(),
};

/** A place in the trie: the patterns that begin with the words on the way to it. */
class TrieNode<B extends BindingTerms> {
  /** By literal word. */
  children: Map<string, TrieNode<B>> | undefined;
  star: TrieNode<B> | undefined;
  hash: TrieNode<B> | undefined;
  /** The bindings whose pattern ends here. */
  bindings: DenseSet<B> | undefined;
  /** True if the way here ends in `#`, which may swallow further words. */
  readonly swallows: boolean;
  /** The step of the matcher that reached this node last. */
  reachedAt = 0;

  constructor(swallows: boolean) {
    this.swallows = swallows;
  }

  get empty(): boolean {
    return (
      this.bindings === undefined &&
      this.children === undefined &&
      this.star === undefined &&
      this.hash === undefined
    );
  }
}

/**
 * The patterns as a trie over words; a key is matched by walking all its branches at the same pace.
 *
 *     patterns   a.*   a.b   #.b            key   a . b
 *
 *     root ─a─▶ ( ) ─*─▶ (a.*)              step 0   root, #
 *      │          └──b─▶ (a.b)              step 1   a, #          (# swallows "a")
 *      └─#─▶ (#) ─b─▶ (#.b)                 step 2   a.*, a.b, #, #.b
 *
 * A step's nodes are a set, so the time is at most (words of the key) x (nodes of the trie). Trying the branches one
 * after the other instead would take exponential time on patterns like `#.a.#.a.#.a.#`.
 */
class TopicMatcher<B extends BindingTerms> implements Matcher<B> {
  readonly readsProperties = false;
  readonly #root = new TrieNode<B>(false);

  /** Counts the words of all keys matched so far; a node that carries this number is in the current set. */
  #step = 0;
  /** The nodes reached at this step are the first `#reachedCount`; the storage is kept from match to match. */
  #reached: TrieNode<B>[] = [];
  #reachedCount = 0;
  /** The storage for the next step. */
  #spare: TrieNode<B>[] = [];

  add(binding: B): void {
    const node = this.#pathOf(binding.key).at(-1)!;
    node.bindings ??= new DenseSet();
    node.bindings.add(binding);
  }

  remove(binding: B): void {
    const path = this.#pathOf(binding.key);
    const last = path.at(-1)!;
    last.bindings!.delete(binding);
    if (last.bindings!.size > 0) return;
    last.bindings = undefined;

    const words = wordsOf(binding.key);
    for (let depth = words.length; depth > 0 && path[depth]!.empty; depth--) {
      cut(path[depth - 1]!, words[depth - 1]!);
    }
    // The nodes that were cut off may lie in the storage for matching, which would keep them alive.
    this.#reached = [];
    this.#spare = [];
  }

  match(key: string, _properties: RoutingProperties | undefined, matched: B[]): void {
    this.#step++;
    this.#reachedCount = 0;
    this.#reach(this.#root);

    if (key !== '') {
      for (let start = 0; start <= key.length && this.#reachedCount > 0; ) {
        const dot = key.indexOf('.', start);
        const end = dot === -1 ? key.length : dot;
        this.#advance(key, start, end);
        start = end + 1;
      }
    }

    for (let i = 0; i < this.#reachedCount; i++) {
      const bindings = this.#reached[i]!.bindings;
      if (bindings !== undefined) for (const binding of bindings.members) matched.push(binding);
    }
  }

  /** Replaces the nodes reached by those that the word `key[start, end)` leads to. */
  #advance(key: string, start: number, end: number): void {
    const from = this.#reached;
    const count = this.#reachedCount;
    this.#reached = this.#spare;
    this.#spare = from;
    this.#reachedCount = 0;
    this.#step++;

    // Cutting the word out costs more than the rest of a step, and many steps meet no literal word.
    let word: string | undefined;
    for (let i = 0; i < count; i++) {
      const node = from[i]!;
      if (node.swallows) this.#reach(node);
      if (node.star !== undefined) this.#reach(node.star);
      if (node.children !== undefined) {
        word ??= key.slice(start, end);
        const child = node.children.get(word);
        if (child !== undefined) this.#reach(child);
      }
    }
  }

  /** Adds a node to those reached at this step, and with it the `#` behind it, which needs no word. */
  #reach(node: TrieNode<B>): void {
    for (let next: TrieNode<B> | undefined = node; next !== undefined; next = next.hash) {
      if (next.reachedAt === this.#step) return;
      next.reachedAt = this.#step;
      this.#reached[this.#reachedCount++] = next;
    }
  }

  /** The nodes from the root to the end of a pattern, made where they are missing. */
  #pathOf(pattern: string): TrieNode<B>[] {
    const path = [this.#root];
    for (const word of wordsOf(pattern)) path.push(descend(path.at(-1)!, word));
    return path;
  }
}

function wordsOf(pattern: string): string[] {
  return pattern === '' ? [] : pattern.split('.');
}

function descend<B extends BindingTerms>(node: TrieNode<B>, word: string): TrieNode<B> {
  if (word === '*') {
    node.star ??= new TrieNode(false);
    return node.star;
  }
  if (word === '#') {
    node.hash ??= new TrieNode(true);
    return node.hash;
  }
  node.children ??= new Map();
  let child = node.children.get(word);
  if (child === undefined) {
    child = new TrieNode(false);
    node.children.set(word, child);
  }
  return child;
}

function cut<B extends BindingTerms>(node: TrieNode<B>, word: string): void {
  if (word === '*') node.star = undefined;
  else if (word === '#') node.hash = undefined;
  else {
    node.children!.delete(word);
    if (node.children!.size === 0) node.children = undefined;
  }
}
