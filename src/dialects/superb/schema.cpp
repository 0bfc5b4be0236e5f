#include "dialects/superb/schema.h"

namespace weighhouse::dialects::superb {

const std::string_view kSchema = R"graphql(
"Any JSON."
scalar JSONObject
"A moment, as in 2025-01-04T10:00:00Z; without a zone it counts as UTC."
scalar DateTime

enum OrderDirection { ASC DESC }

# Datasets

enum DatasetType { VLM }
type CaptionTarget { target: String terms: [String!] }
type CaptionSettings { dataDefinition: String captionTargets: [CaptionTarget!] excludedTerms: [String!] }
type Dataset {
  id: ID!
  name: String
  description: String
  type: DatasetType
  captionSettings: CaptionSettings
  sliceCount: Int
  dataCount: Int
  createdAt: DateTime
  createdBy: String
  updatedAt: DateTime
  updatedBy: String
}
type DatasetPage { datasets: [Dataset!]! next: String totalCount: Int! }
input DatasetFilterOptions { nameContains: String idIn: [ID!] }
input DatasetFilter { must: DatasetFilterOptions not: DatasetFilterOptions }

# Slices

type Slice {
  id: ID!
  datasetId: ID
  name: String
  description: String
  isPinned: Boolean
  createdAt: DateTime
  createdBy: String
  updatedAt: DateTime
  updatedBy: String
}
type SlicePage { slices: [Slice!]! next: String totalCount: Int! }
input SliceFilterOptions { nameContains: String idIn: [ID!] }
input SliceFilter { must: SliceFilterOptions not: SliceFilterOptions }

# Contents: bytes kept by themselves, as one file or as a folder

type Content {
  id: ID!
  key: String
  location: JSONObject
  downloadURL: String
  createdAt: DateTime
  createdBy: String
}
type CreateContentResult { content: Content! uploadURL: String! }
input ContentBaseInput { id: ID }

# Models

enum ModelStatus { PENDING PREPARING IN_PROGRESS COMPLETED FAILED }
enum ModelTaskType { OBJECT_DETECTION INSTANCE_SEGMENTATION OCR VLM VISION_GENERATION }
enum ModelOrderField { createdAt updatedAt completedAt name scoreValue }
enum AnalyticsReportItemType {
  PIE HORIZONTAL_BAR VERTICAL_BAR HEATMAP TABLE LINE_CHART SCATTER_PLOT HISTOGRAM METRICS CONFUSION_MATRIX
}
type ModelTrainClass {
  class: String
  annotationType: String
  "Average precision, from 0 to 1."
  ap: Float
  trainingAnnotationsCount: Int
  validationAnnotationsCount: Int
}
type TrainingAnnotations { className: String annotationType: String trainCount: Int validationCount: Int }
type TrainingReportItem {
  id: ID!
  modelId: ID
  name: String
  type: AnalyticsReportItemType
  contentId: ID
  description: String
  createdAt: DateTime
  createdBy: String
  updatedAt: DateTime
  updatedBy: String
}
type Model {
  id: ID!
  datasetId: ID
  name: String
  description: String
  baselineModel: String
  trainingClasses: [ModelTrainClass!]
  "How much data the training slices hold."
  trainingDataCount: Int
  "How much data the validation slices hold, unless somebody said it."
  validationDataCount: Int
  isPinned: Boolean
  isTrained: Boolean
  trainedAt: DateTime
  modelContent: Content
  meta: JSONObject
  trainingSlices: [Slice!]
  validationSlices: [Slice!]
  status: ModelStatus
  taskType: ModelTaskType
  customDagId: String
  totalDataCount: Int
  trainDataCount: Int
  trainingParameters: JSONObject
  trainingReport: [TrainingReportItem!]
  trainingAnnotations: [TrainingAnnotations!]
  "Ids of contents by file name."
  contents: JSONObject
  trainSliceId: ID
  validationSliceId: ID
  completedAt: DateTime
  scoreKey: String
  scoreValue: Float
  scoreUnit: String
  createdAt: DateTime
  createdBy: String
  updatedAt: DateTime
  updatedBy: String
}
type ModelPage { models: [Model!]! next: String totalCount: Int! }
input ModelTrainClassInput {
  class: String
  annotationType: String
  ap: Float
  trainingAnnotationsCount: Int
  validationAnnotationsCount: Int
}
input TrainingAnnotationsInput { className: String annotationType: String trainCount: Int validationCount: Int }
input ModelFilterOptions {
  nameContains: String
  idIn: [ID!]
  isPinned: Boolean
  isTrained: Boolean
  statusIn: [ModelStatus!]
  taskTypeIn: [ModelTaskType!]
  createdByIn: [String!]
  scoreKeyIn: [String!]
}
input ModelFilter { must: ModelFilterOptions not: ModelFilterOptions }
input ModelOrderBy { field: ModelOrderField! direction: OrderDirection! }

# Data: the items of a dataset

enum DataType { SUPERB_IMAGE SUPERB_VIDEO MCAP SUPERB_3D }
enum CaptionSource { MANUAL MODEL }
type Scene { id: ID type: String content: Content meta: JSONObject }
type GeoLocation { lat: Float lon: Float }
type Frame { id: ID index: Int capturedAt: String geoLocation: GeoLocation meta: JSONObject }
type AnnotationVersion { id: ID channels: [String!] version: String content: Content meta: JSONObject }
type Annotation { meta: JSONObject versions: [AnnotationVersion!] }
type AnnotationStat { type: String group: String annotationClass: String subClass: String count: Int }
type DataMeta { key: String type: String value: JSONObject }
type Reply {
  id: ID
  comment: String
  createdAt: DateTime
  createdBy: String
  updatedAt: DateTime
  updatedBy: String
}
type Comment {
  id: ID
  category: String
  comment: String
  status: String
  replies: [Reply!]
  meta: JSONObject
  createdAt: DateTime
  createdBy: String
  updatedAt: DateTime
  updatedBy: String
}
type DataSlice {
  id: ID
  status: String
  labeler: String
  reviewer: String
  tags: [String!]
  statusChangedAt: DateTime
  annotation: Annotation
  annotationStats: [AnnotationStat!]
  comments: [Comment!]
  meta: JSONObject
}
type Data {
  id: ID!
  datasetId: ID
  key: String
  caption: String
  type: String
  scene: [Scene!]
  frames: [Frame!]
  annotation: Annotation
  annotationStats: [AnnotationStat!]
  meta: [DataMeta!]
  slices: [DataSlice!]
  thumbnail: Content
  createdAt: DateTime
  createdBy: String
  updatedAt: DateTime
  updatedBy: String
}
type SelectedFrame { dataId: ID selectedFrameIndex: [Int!] }
type DataPage { data: [Data!]! selectedFrames: [SelectedFrame!] next: String totalCount: Int! }
input SceneInput { type: String content: ContentBaseInput meta: JSONObject }
input AnnotationVersionInput { channels: [String!] version: String content: ContentBaseInput meta: JSONObject }
input AnnotationInput { versions: [AnnotationVersionInput!] meta: JSONObject }
input AnnotationStatInput { type: String group: String annotationClass: String subClass: String count: Int }
input DataMetaInput { key: String! type: String value: JSONObject }
input DataFilter { must: JSONObject not: JSONObject slice: JSONObject frame: JSONObject frames: JSONObject }

# Jobs: the newest clients delete by starting one

enum JobStatus { AWAITING_APPROVAL PENDING RUNNING SUCCESS FAILED CANCELED REJECTED }
type JobHistory {
  id: ID!
  jobId: ID
  status: JobStatus
  datasetId: ID
  parameters: JSONObject
  progress: JSONObject
  meta: JSONObject
  createdAt: DateTime
  createdBy: String
  updatedAt: DateTime
  updatedBy: String
}

# Reports about datasets are a module of their own, which is not kept here: clients that look find none

type AnalyticsReportItem {
  id: ID
  type: AnalyticsReportItemType
  title: String
  description: String
  content: Content
  meta: JSONObject
  createdAt: DateTime
  createdBy: String
  updatedAt: DateTime
  updatedBy: String
}
type AnalyticsReport {
  id: ID
  datasetId: ID
  title: String
  description: String
  status: String
  completedAt: DateTime
  meta: JSONObject
  items: [AnalyticsReportItem!]
  createdAt: DateTime
  createdBy: String
  updatedAt: DateTime
  updatedBy: String
}
type AnalyticsReportPage { analyticsReports: [AnalyticsReport!]! next: String totalCount: Int! }
input AnalyticsReportFilter { must: JSONObject not: JSONObject }
input AnalyticsReportOrderBy { field: String! direction: OrderDirection! }

type Query {
  dataset(name: String, datasetId: ID): Dataset
  datasets(filter: DatasetFilter, cursor: String, length: Int): DatasetPage
  slice(datasetId: String!, id: ID, name: String): Slice
  slices(datasetId: String!, filter: SliceFilter, cursor: String, length: Int): SlicePage
  model(datasetId: ID!, id: ID, modelId: ID, name: String): Model
  models(datasetId: ID!, filter: ModelFilter, orderBy: ModelOrderBy, cursor: String, length: Int): ModelPage
  data(datasetId: String!, id: ID, key: String): Data
  dataList(datasetId: String!, filter: DataFilter, cursor: String, length: Int): DataPage
  analyticsReports(
    datasetId: String!, filter: AnalyticsReportFilter, orderBy: AnalyticsReportOrderBy, cursor: String, length: Int
  ): AnalyticsReportPage
  jobHistory(datasetId: ID, id: ID!): JobHistory
}

type Mutation {
  createDataset(name: String!, description: String, type: DatasetType): Dataset
  updateDataset(id: ID!, name: String, description: String): Dataset
  deleteDataset(datasetId: ID!): Boolean

  createSlice(datasetId: String!, name: String!, description: String): Slice
  updateSlice(datasetId: String!, id: ID!, name: String, description: String): Slice
  deleteSlice(datasetId: String!, id: ID!): Boolean

  createContent(key: String, contentType: String): CreateContentResult
  createFolderContent: Content
  generateFileUploadURL(contentId: ID!, fileName: String!, contentType: String): String
  generateFileDownloadURL(contentId: ID!, fileName: String!): String
  generateContentUpdateURL(id: ID!, contentType: String): String
  generateContentDownloadURL(id: ID!): String
  generateContentHeadURL(id: ID!): String
  deleteContent(id: ID!): Boolean

  createModel(
    datasetId: ID!, name: String!, description: String, isPinned: Boolean
    baselineModel: String, trainingClasses: [ModelTrainClassInput!]
    trainingSliceIds: [ID!], validationSliceIds: [ID!]
    modelContentId: String, isTrained: Boolean, trainedAt: DateTime, meta: JSONObject
    taskType: ModelTaskType, customDagId: String
    totalDataCount: Int, trainDataCount: Int, validationDataCount: Int
    trainingParameters: JSONObject, trainSliceId: ID, validationSliceId: ID
    scoreKey: String, scoreValue: Float, scoreUnit: String
    contents: JSONObject, trainingAnnotations: [TrainingAnnotationsInput!]
  ): Model
  updateModel(
    datasetId: ID!, id: ID, modelId: ID, name: String, description: String, isPinned: Boolean
    trainingClasses: [ModelTrainClassInput!]
    modelContentId: String, isTrained: Boolean, trainedAt: DateTime, meta: JSONObject
    status: ModelStatus, taskType: ModelTaskType, customDagId: String
    totalDataCount: Int, trainDataCount: Int, validationDataCount: Int
    trainingParameters: JSONObject, trainSliceId: ID, validationSliceId: ID
    scoreKey: String, scoreValue: Float, scoreUnit: String
    contents: JSONObject, trainingAnnotations: [TrainingAnnotationsInput!]
  ): Model
  pinModel(datasetId: ID!, id: ID!): Model
  unpinModel(datasetId: ID!, id: ID!): Model
  deleteModel(datasetId: ID!, id: ID, modelId: ID): Boolean
  createTrainingReportItem(
    datasetId: ID!, modelId: ID!, name: String!, type: AnalyticsReportItemType!, contentId: ID, description: String
  ): Model
  updateTrainingReportItem(
    datasetId: ID!, modelId: ID!, trainingReportItemId: ID!
    name: String, type: AnalyticsReportItemType, contentId: ID, description: String
  ): Model
  deleteTrainingReportItem(datasetId: ID!, modelId: ID!, trainingReportItemId: ID!): Model

  createData(
    datasetId: ID!, key: String!, type: DataType!, slices: [ID!], scene: [SceneInput!]
    thumbnail: ContentBaseInput, annotation: AnnotationInput, meta: [DataMetaInput!]
  ): Data
  updateData(
    datasetId: ID!, id: ID!, key: String, meta: [DataMetaInput!], annotationStats: [AnnotationStatInput!]
    caption: String, captionSource: CaptionSource, expectedCaption: String
  ): Data
  addDataToSlice(datasetId: ID!, id: ID!, sliceId: ID!): Data
  removeDataFromSlice(datasetId: ID!, id: ID!, sliceId: ID!): Data
  deleteData(datasetId: ID!, id: ID!): Boolean

  startJob(
    id: ID, jobType: String, datasetId: ID, sliceId: ID
    parameters: JSONObject, progress: JSONObject, meta: JSONObject
  ): JobHistory
}
)graphql";

}  // namespace weighhouse::dialects::superb
