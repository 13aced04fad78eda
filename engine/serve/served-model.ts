import type { TableSchema } from '../artifacts/schema.js';
import type { Online } from '../learn/online.js';
import { type Problem, ProblemError, problem } from '../problem.js';
import type { StepDoor } from '../run/context.js';
import { openServing } from '../run/open-model.js';
import { type AnswerWriter, answerWriter } from './answers.js';
import type { ModelSource, Opened } from './sources.js';

/** A version that is loaded and has answered its own example. Immutable: a request keeps the one that it began with. */
export interface Loaded extends Opened {
  readonly name: string;
  readonly online: Online;
  /** Names of what the estimator sees. */
  readonly features: readonly string[];
  readonly classes: readonly string[];
  readonly input: TableSchema;
  /** The one column of traces, where the model asks for nothing else. */
  readonly trace?: string;
  readonly write: AnswerWriter;
  /** ISO 8601. */
  readonly since: string;
}

/**
 * A model under its name. What its reference means is looked at again and again; a new version is loaded and replayed
 * beside the old one, which serves until then, and goes on where the new one fails.
 */
export class ServedModel {
  readonly name: string;
  #loaded: Loaded | undefined;
  #position = '';
  #problem: Problem | undefined;

  constructor(
    readonly source: ModelSource,
    private readonly door: StepDoor,
  ) {
    this.name = source.name;
  }

  get loaded(): Loaded | undefined {
    return this.#loaded;
  }

  /** Why the version that the reference means is not the one that is served. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Takes up what the reference means now: the new version, or undefined where nothing changed or it failed. */
  async refresh(): Promise<Loaded | undefined> {
    let position = '';
    try {
      position = this.source.position();
      if (position === this.#position) return undefined;
      const loaded = await this.#load();
      this.#loaded = loaded;
      this.#problem = undefined;
      return loaded;
    } catch (error) {
      this.#problem =
        error instanceof ProblemError
          ? error.problems[0]!
          : problem('run/internal', `${this.source.reference} cannot be loaded`);
      return undefined;
    } finally {
      // A version that failed is not tried twice a second: only when the reference moves on.
      this.#position = position;
    }
  }

  async #load(): Promise<Loaded> {
    const opened = await this.source.open();
    const { bundle } = opened;
    const { online } = await openServing(this.door, opened);
    const [only, ...others] = bundle.input.fields;
    const features = bundle.features.map(({ name }) => name);
    const classes = bundle.target?.classes ?? [];
    return {
      ...opened,
      name: this.name,
      online,
      features,
      classes,
      input: bundle.input,
      ...(only?.type === 'vector' && others.length === 0 && { trace: only.name }),
      write: answerWriter({ id: opened.id, task: bundle.task, features, classes }),
      since: new Date().toISOString(),
    };
  }
}
