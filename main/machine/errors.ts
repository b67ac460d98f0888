import { AppError, type ErrorCode } from '#api'
import { VmError, type VmErrorCode } from '#vm'

/** The machine's failure as the app's; the compiler holds that every code of the machine has words. */
export function toMachineError(error: VmError): AppError {
  const code: ErrorCode = error.code satisfies VmErrorCode
  return new AppError(code, error.params, { cause: error, details: [...error.serial] })
}

/** Runs something of the machine, and names its failure for the window. */
export async function askMachine<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof VmError ? toMachineError(error) : error
  }
}
