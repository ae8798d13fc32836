import { InvalidArgumentError } from '../errors.js';

/**
 * A decimal number of a field table: `digits` divided by 10 to the power of `scale` (AMQP 0-9-1, section
 * 4.2.5.5, "Field tables": decimal-value). 1.25 is `new Decimal(2, 125)`. AMQP knows none below zero.
 */
export class Decimal {
  /** How many of the digits stand after the point, 0 to 255. */
  readonly scale: number;
  /** All digits as one integer, 0 to 2^32 - 1. */
  readonly digits: number;

  /** @throws InvalidArgumentError where `scale` or `digits` is no integer in its range. */
  constructor(scale: number, digits: number) {
    if (!Number.isInteger(scale) || scale < 0 || scale > 255) {
      throw new InvalidArgumentError(`The decimal's scale is ${scale}. Give an integer from 0 to 255.`);
    }
    if (!Number.isInteger(digits) || digits < 0 || digits > 0xffffffff) {
      throw new InvalidArgumentError(
        `The decimal's digits are ${digits}. Give an integer from 0 to 4294967295, or use a string.`,
      );
    }
    this.scale = scale;
    this.digits = digits;
  }
}
