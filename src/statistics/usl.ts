import { levenbergMarquardt } from 'ml-levenberg-marquardt';
import { Matrix, pseudoInverse } from 'ml-matrix';

/** A throughput that was measured with so many threads. */
export interface UslPoint {
  readonly threads: number;
  readonly throughput: number;
}

export interface Coefficient {
  readonly value: number;
  /** Square root of its variance, in the linear approximation at the fit. */
  readonly standardError: number;
}

/** X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1)), fitted. */
export interface UslFit {
  /** Throughput of one thread. */
  readonly lambda: Coefficient;
  /** Contention: the part of the work that only one thread can do at a time. */
  readonly sigma: Coefficient;
  /** Coherency: what each pair of threads costs, as a part of one thread's work. */
  readonly kappa: Coefficient;
  /** The part of the throughput's variance that the fit explains; NaN if there was none. */
  readonly rSquared: number;
  /** Threads with the highest throughput, not a whole number in general; Infinity if the fit has no peak. */
  readonly peakThreads: number;
}

/** Thread counts that a fit of three coefficients needs at least, to say something about its own errors. */
export const USL_THREAD_COUNTS = 6;

/**
 * Why the Universal Scalability Law is not fitted to those of `points` with `cores` threads at most, as the end of a
 * sentence; undefined if it can be. With more threads than cores, threads wait for a core, which the law knows nothing of.
 */
export function uslRefusal(points: readonly UslPoint[], cores: number): string | undefined {
  const within = points.filter(point => point.threads <= cores);
  const counts = new Set(within.map(point => point.threads)).size;
  if (counts < USL_THREAD_COUNTS) {
    const limit = Number.isFinite(cores) ? ` within the core count of ${cores}` : '';
    return `it needs ${USL_THREAD_COUNTS} different thread counts${limit}, and there were ${counts}`;
  }
  const unusable = within.find(({ throughput }) => !(throughput > 0 && Number.isFinite(throughput)));
  if (unusable !== undefined) {
    return `it needs throughputs above zero, and that of ${unusable.threads} threads is ${unusable.throughput}`;
  }
  return undefined;
}

/**
 * Fits the Universal Scalability Law (Gunther, "Guerrilla Capacity Planning", 2007) by least squares, with
 * sigma and kappa not below zero. The standard errors come from the covariance at the fit, s^2 (J'J)^-1, with s^2 the
 * residual sum of squares over the degrees of freedom. For a coefficient that ended at zero the error says how finely the
 * points tell it from zero.
 *
 * @param points all of them count: leave out those with more threads than cores, see `uslRefusal`
 * @throws RangeError if they cannot be fitted
 */
export function fitUsl(points: readonly UslPoint[]): UslFit {
  const refusal = uslRefusal(points, Number.POSITIVE_INFINITY);
  if (refusal !== undefined)
    throw new RangeError(`The Universal Scalability Law was not fitted: ${refusal}.`);
  // The library's steps and tolerances are absolute, so throughput is brought near 1.
  const scale = Math.max(...points.map(point => point.throughput));
  const x = points.map(point => point.threads);
  const y = points.map(point => point.throughput / scale);
  const fits = FACES.map(face => fitFace(x, y, face));
  const best = fits.reduce((a, b) => (b.parameterError < a.parameterError ? b : a));
  const [lambda = 0, sigma = 0, kappa = 0] = best.parameterValues;
  const errors = standardErrors(x, best.parameterValues, best.parameterError);
  return {
    lambda: { value: lambda * scale, standardError: errors[0]! * scale },
    sigma: { value: sigma, standardError: errors[1]! },
    kappa: { value: kappa, standardError: errors[2]! },
    rSquared: 1 - best.parameterError / squaredDeviations(y),
    peakThreads: peak(sigma, kappa),
  };
}

/**
 * Which of lambda, sigma and kappa are fitted; the others are zero. The library keeps bounds by cutting its steps, and can
 * halt beside the optimum where it lies on a bound; on the right face it does not.
 */
const FACES = [
  [1, 1, 1],
  [1, 1, 0],
  [1, 0, 1],
  [1, 0, 0],
] as const;

type Face = (typeof FACES)[number];

function fitFace(x: number[], y: number[], face: Face) {
  return levenbergMarquardt({ x, y }, law, {
    initialValues: linearFit(x, y, face),
    minValues: [0, 0, 0],
    maxValues: face.map(free => free * Number.MAX_VALUE),
    jacobianFunction: parameters => {
      const gradient = gradientOfLaw(parameters);
      return threads => gradient(threads).map((partial, index) => partial * face[index]!);
    },
    errorTolerance: 0,
  });
}

/**
 * Where the search begins. Turned over, the law is linear in 1/lambda, sigma/lambda and kappa/lambda:
 * N / X(N) = 1/lambda + sigma/lambda (N - 1) + kappa/lambda N (N - 1). Each row is divided by N / X(N), so that all count alike.
 */
function linearFit(x: number[], y: number[], face: Face): number[] {
  const rows = x.map((threads, index) =>
    [1, threads - 1, threads * (threads - 1)].map((term, at) => (term * face[at]! * y[index]!) / threads),
  );
  const ones = Matrix.ones(x.length, 1);
  const [inverseLambda = 0, ...others] = pseudoInverse(new Matrix(rows)).mmul(ones).to1DArray();
  const perThread = Math.max(...y.map((throughput, index) => throughput / x[index]!));
  const lambda = inverseLambda > 0 ? 1 / inverseLambda : perThread;
  return [lambda, ...others.map(coefficient => Math.max(0, coefficient * lambda))];
}

function law([lambda = 0, sigma = 0, kappa = 0]: number[]): (threads: number) => number {
  return threads => (lambda * threads) / (1 + sigma * (threads - 1) + kappa * threads * (threads - 1));
}

/** By lambda, sigma and kappa. */
function gradientOfLaw([lambda = 0, sigma = 0, kappa = 0]: number[]): (threads: number) => number[] {
  return threads => {
    const slowdown = 1 + sigma * (threads - 1) + kappa * threads * (threads - 1);
    const bySlowdown = (-lambda * threads) / slowdown ** 2;
    return [threads / slowdown, bySlowdown * (threads - 1), bySlowdown * threads * (threads - 1)];
  };
}

function standardErrors(x: number[], parameters: number[], squaredError: number): number[] {
  const inverse = pseudoInverse(new Matrix(x.map(gradientOfLaw(parameters))));
  const variance = squaredError / (x.length - parameters.length);
  return inverse
    .mmul(inverse.transpose())
    .diagonal()
    .map(entry => Math.sqrt(variance * entry));
}

function squaredDeviations(values: number[]): number {
  const mean = values.reduce((sum, value) => sum + value) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/** Where the derivative of the law is zero. A law that falls from the first thread on has its peak there. */
function peak(sigma: number, kappa: number): number {
  if (sigma >= 1) return 1;
  return Math.max(1, Math.sqrt((1 - sigma) / kappa));
}
