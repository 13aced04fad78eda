import type { Prediction } from '../component.js';
import type { Loaded } from './served-model.js';

/** What was asked and answered, for those who watch the model. */
export interface Inference {
  readonly loaded: Loaded;
  readonly rows: readonly unknown[];
  readonly prediction: Prediction;
  readonly requestId: string;
  /** Seconds. */
  readonly took: number;
}

export interface InferenceLog {
  /** Takes note; costs the request next to nothing. */
  note(inference: Inference): void;
  close(): Promise<void>;
}
