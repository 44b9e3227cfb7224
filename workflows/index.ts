export { campaign } from './campaign';
export { measurement } from './measurement';
export { migration } from './migration';
export { permits } from './permits';
