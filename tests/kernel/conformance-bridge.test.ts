import { stageScenarios } from './stage-scenarios.ts';

await stageScenarios('bridge');
