import { KernelError, SystemError } from '@ringfence/netlink';

/** Whether it is the kernel that does not want something, or that has no room for it. */
export function isRefusal(error: unknown): error is KernelError | SystemError {
  return error instanceof KernelError || error instanceof SystemError;
}
